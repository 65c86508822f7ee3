import type { Meeting, QuestionModeName, Rules } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { Check } from '../design/check.tsx';
import { Select } from '../design/field.tsx';
import { Icon } from '../design/icon.tsx';
import styles from './questions.module.css';

export interface QuestionRulesProps {
  meeting: Meeting;
  rules: Rules;
  act: (work: Promise<void>) => void;
}

const modes = { everyone: 'modeEveryone', answered: 'modeAnswered', off: 'modeOff' } as const;
const names = Object.keys(modes) as QuestionModeName[];

/** Whether questions are taken and how: for hosts and cohosts. */
export function QuestionRules({ meeting: { moderation }, rules, act }: QuestionRulesProps) {
  const { t } = useTranslation('questions');
  return (
    <div className={styles.rules}>
      <Select
        label={t('mode')}
        icon={<Icon name="question" size={18} />}
        value={rules.questions}
        onChange={({ target }) => {
          const questions = names.find((name) => name === target.value);
          if (questions !== undefined) act(moderation.changeRules({ questions }));
        }}
        data-testid="question-mode"
      >
        {names.map((name) => (
          <option key={name} value={name}>
            {t(modes[name])}
          </option>
        ))}
      </Select>
      <Check
        testId="anonymous-questions"
        label={t('allowAnonymous')}
        on={rules.anonymousQuestions}
        onChange={(anonymousQuestions) => act(moderation.changeRules({ anonymousQuestions }))}
      />
    </div>
  );
}
