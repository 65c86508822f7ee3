import { lazy, Suspense } from 'react';
import { Message } from './design/message.tsx';
import { HomePage } from './home/home-page.tsx';
import { ConfigProvider } from './lib/config.tsx';
import { usePage } from './lib/router.ts';

const MeetingPage = lazy(() => import('./meeting/meeting-page.tsx'));
const MeshPage = lazy(() => import('./mesh/mesh-page.tsx'));

export function App() {
  return (
    <ConfigProvider>
      <Suspense fallback={<Message title="One moment…" />}>
        <CurrentPage />
      </Suspense>
    </ConfigProvider>
  );
}

function CurrentPage() {
  const page = usePage();
  switch (page.name) {
    case 'home':
      return <HomePage />;
    case 'meeting':
      return <MeetingPage key={page.meetingId} meetingId={page.meetingId} />;
    case 'mesh':
      return <MeshPage />;
    case 'unknown':
      return <Message title="There is nothing here" text="The address may be mistyped, or the page has moved." />;
  }
}
