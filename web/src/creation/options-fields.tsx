import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Check } from '../design/check.tsx';
import { Details } from '../design/details.tsx';
import { Select, Text } from '../design/field.tsx';
import { Icon } from '../design/icon.tsx';
import { WholeNumber } from '../design/whole-number.tsx';
import type { Options } from './options.ts';
import styles from './options-fields.module.css';

export interface OptionsFieldsProps {
  options: Options;
  mode: 'meeting' | 'webinar';
  /** It has a password already, which stays unless another one is given. */
  hasPassword?: boolean;
  onChange: (options: Options) => void;
  children?: ReactNode;
}

/** What few people need when they make a meeting, folded away. */
export function OptionsFields({ options, mode, hasPassword = false, onChange, children }: OptionsFieldsProps) {
  const { t } = useTranslation('creation');
  const set = (change: Partial<Options>) => onChange({ ...options, ...change });
  return (
    <Details className={styles.options}>
      <summary data-testid="more-options">{t('more')}</summary>
      <div className={styles.fields}>
        <div className={styles.pair}>
          <Text
            label={t(hasPassword ? 'newPassword' : 'password')}
            autoComplete="off"
            value={options.password}
            onChange={(password) => set({ password })}
            maxLength={128}
            testId="option-password"
          />
          <WholeNumber
            label={t('capacity')}
            least={1}
            most={100_000}
            value={options.capacity}
            onChange={(capacity) => set({ capacity })}
            testId="option-capacity"
          />
        </div>
        <Select
          label={t('lobby')}
          icon={<Icon name="people" size={18} />}
          value={options.lobby}
          onChange={(event) => set({ lobby: lobbyOf(event.target.value) })}
          data-testid="option-lobby"
        >
          <option value="off">{t('lobbyOff')}</option>
          <option value="guests">{t('lobbyGuests')}</option>
          <option value="everyone-but-hosts">{t('lobbyEveryone')}</option>
        </Select>
        {mode === 'webinar' && (
          <>
            <Check
              label={t('registration')}
              on={options.registration}
              testId="option-registration"
              onChange={(registration) => set({ registration })}
            />
            {options.registration && (
              <WholeNumber
                label={t('registrationLimit')}
                least={1}
                most={100_000}
                value={options.registrationLimit}
                onChange={(registrationLimit) => set({ registrationLimit })}
                testId="option-registration-limit"
              />
            )}
            <Check
              label={t('backstage')}
              on={options.backstage}
              testId="option-backstage"
              onChange={(backstage) => set({ backstage })}
            />
            <Select
              label={t('chat')}
              icon={<Icon name="chat" size={18} />}
              value={options.chat}
              onChange={(event) => set({ chat: chatOf(event.target.value) })}
              data-testid="option-chat"
            >
              <option value="everyone">{t('chatEveryone')}</option>
              <option value="panelists">{t('chatStage')}</option>
              <option value="off">{t('chatOff')}</option>
            </Select>
          </>
        )}
        {children}
      </div>
    </Details>
  );
}

function lobbyOf(value: string): Options['lobby'] {
  return value === 'guests' || value === 'everyone-but-hosts' ? value : 'off';
}

function chatOf(value: string): Options['chat'] {
  return value === 'panelists' || value === 'off' ? value : 'everyone';
}
