import { type Meeting, pollBounds } from '@canopy/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Check } from '../design/check.tsx';
import { Text } from '../design/field.tsx';
import { Icon } from '../design/icon.tsx';
import styles from './polls.module.css';

export interface CreatePollProps {
  meeting: Meeting;
  act: (work: Promise<void>) => void;
  onDone: () => void;
}

const newOption = () => ({ key: crypto.randomUUID(), text: '' });

/** What a poll asks and what can be chosen. It is opened later. */
export function CreatePoll({ meeting: { polls }, act, onDone }: CreatePollProps) {
  const { t } = useTranslation(['polls', 'common']);
  // It stays the same until it is made: an answer that was lost makes no second poll.
  const [id] = useState(() => crypto.randomUUID());
  const [question, setQuestion] = useState('');
  const [options, setOptions] = useState(() => [newOption(), newOption()]);
  const [multiple, setMultiple] = useState(false);
  const [anonymous, setAnonymous] = useState(false);
  const filled = options.filter(({ text }) => text.trim() !== '');
  const isComplete = question.trim() !== '' && filled.length >= pollBounds.fewestOptions;

  async function create(): Promise<void> {
    await polls.create({ id, question, options: filled.map(({ text }) => text), multiple, anonymous });
    onDone();
  }

  function write(key: string, text: string): void {
    setOptions(options.map((option) => (option.key === key ? { key, text } : option)));
  }

  return (
    <form
      className={styles.card}
      onSubmit={(event) => {
        event.preventDefault();
        act(create());
      }}
    >
      <Text
        label={t('question')}
        value={question}
        onChange={setQuestion}
        maxLength={pollBounds.question}
        autoFocus
        testId="poll-question"
      />
      {options.map(({ key, text }, index) => (
        <div key={key} className={styles.option}>
          <Text
            label={t('option', { number: index + 1 })}
            value={text}
            onChange={(value) => write(key, value)}
            maxLength={pollBounds.option}
            testId={`poll-option-${index + 1}`}
          />
          {options.length > pollBounds.fewestOptions && (
            <Button
              aria-label={t('removeOption', { number: index + 1 })}
              onPress={() => setOptions(options.filter((option) => option.key !== key))}
            >
              <Icon name="close" size={16} />
            </Button>
          )}
        </div>
      ))}
      {options.length < pollBounds.mostOptions && (
        <Button onPress={() => setOptions([...options, newOption()])} data-testid="add-option">
          {t('addOption')}
        </Button>
      )}
      <Check testId="poll-multiple" label={t('multiple')} on={multiple} onChange={setMultiple} />
      <Check testId="poll-anonymous" label={t('makeAnonymous')} on={anonymous} onChange={setAnonymous} />
      <div className={styles.actions}>
        <Button type="submit" look="primary" isDisabled={!isComplete} data-testid="save-poll">
          {t('save')}
        </Button>
        <Button onPress={onDone}>{t('common:cancel')}</Button>
      </div>
    </form>
  );
}
