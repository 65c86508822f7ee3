import { Button } from '../design/button.tsx';
import { Message } from '../design/message.tsx';
import type { HumanError } from '../lib/error-texts.ts';
import { navigate } from '../lib/router.ts';

export function LeftPage({ reason, onRejoin }: { reason: HumanError | null; onRejoin: () => void }) {
  const final = reason?.code === 'MEETING_ENDED' || reason?.code === 'BANNED';
  return (
    <Message
      title={reason?.title ?? 'You left the meeting'}
      text={reason?.advice ?? 'Left by accident? You can go right back in.'}
      {...(reason === null ? {} : { errorCode: reason.code })}
    >
      {!final && (
        <Button look="primary" onPress={onRejoin}>
          Rejoin
        </Button>
      )}
      <Button onPress={() => navigate('/')}>Back to start</Button>
    </Message>
  );
}
