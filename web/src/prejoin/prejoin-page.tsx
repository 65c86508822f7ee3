import { CanopyError, canEncrypt, canJoin, longestName, prepareToJoin, UnsupportedError } from '@canopy/client';
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { BlurCheck } from '../blur/blur-check.tsx';
import { Button } from '../design/button.tsx';
import card from '../design/card.module.css';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Text } from '../design/field.tsx';
import { Logo } from '../design/logo.tsx';
import type { DeviceStore } from '../devices/device-store.ts';
import { useConfig, useRegions } from '../lib/config.tsx';
import { cx } from '../lib/cx.ts';
import { type HumanError, humanError } from '../lib/error-texts.ts';
import { useFocusHere, useKeptFocus } from '../lib/focus.ts';
import { rememberedName } from '../lib/remembered.ts';
import { usePageTitle } from '../lib/use-page-title.ts';
import type { JoinChoices, MeetingFacts } from '../meeting/participation.ts';
import { NoiseCheck } from '../noise/noise-check.tsx';
import { SpeakerChoice } from '../settings/device-settings.tsx';
import { DeviceChoice } from './device-choice.tsx';
import { JoinFrom } from './join-from.tsx';
import styles from './prejoin-page.module.css';
import { Preview } from './preview.tsx';
import { useRtts } from './use-rtts.ts';

export interface PrejoinProps {
  meetingId: string;
  facts: MeetingFacts;
  camera: DeviceStore;
  microphone: DeviceStore;
  /** What was chosen last time, on the way into this meeting. */
  before: JoinChoices | null;
  joining: boolean;
  /** It is tried again, because the service is in trouble. */
  retrying: boolean;
  error: HumanError | null;
  onJoin: (choices: JoinChoices) => void;
}

export function PrejoinPage({
  meetingId,
  facts,
  camera,
  microphone,
  before,
  joining,
  retrying,
  error,
  onJoin,
}: PrejoinProps) {
  const { t } = useTranslation(['meeting', 'moderation', 'encryption', 'recording', 'settings', 'common']);
  const config = useConfig();
  const regions = useRegions();
  const rtts = useRtts(meetingId, facts.invitation.link ?? facts.invitation.token);
  const [name, setName] = useState(() => before?.name ?? rememberedName());
  const [from, setFrom] = useState(() => startingFrom(before));
  const [password, setPassword] = useState(before?.password ?? '');
  const [encryptionKey, setEncryptionKey] = useState(before?.encryptionKey ?? facts.invitation.key ?? '');
  const refusal = lackOf(facts) ?? error;
  const asked = asksForPassword(error);
  // What was sent counts, not what is being typed: the field stays for whoever empties it.
  const needsPassword = (facts.hasPassword && facts.role !== 'host') || asked || Boolean(before?.password);
  const watching = facts.role === 'attendee';
  const cameraError = useStore(camera, (state) => state.error);
  const microphoneError = useStore(microphone, (state) => state.error);
  const main = useRef<HTMLElement>(null);
  const passwordField = useRef<HTMLInputElement>(null);
  const refusalId = useId();
  useEffect(() => void prepareToJoin(), []);
  useFocusHere(main);
  useKeptFocus(main);
  const title = facts.title || t('common:meeting');
  usePageTitle(title);
  const ready = name.trim() !== '' && !lacks.has(refusal?.code ?? '');

  useEffect(() => {
    if (!asksForPassword(error)) return;
    passwordField.current?.focus();
    passwordField.current?.select();
  }, [error]);

  function join(): void {
    if (!ready || joining) return;
    const region = regions.find(({ id }) => id === from) ?? null;
    onJoin({ name: name.trim(), facts, from: region, rtts, password, encryptionKey: encryptionKey.trim() });
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    join();
  }

  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <Logo />
      </header>
      <main ref={main} className={cx(styles.main, watching && styles.narrow)} tabIndex={-1}>
        {!watching && <Preview name={name} camera={camera} microphone={microphone} />}
        <form className={cx(card.card, styles.join)} onSubmit={submit}>
          <div className={styles.title}>
            <p>{t(watching ? 'toWatch' : 'ready')}</p>
            <h1>{title}</h1>
            {typeof facts.capacity === 'number' && (
              <p data-testid="join-capacity">{t('mostAtOnce', { most: facts.capacity })}</p>
            )}
          </div>
          {facts.recording && (
            <p className={styles.recorded} data-testid="join-recorded">
              {t('recording:notice')}
            </p>
          )}
          {refusal !== null && <ErrorNotice id={refusalId} error={refusal} onRetry={join} />}
          <Text
            label={t('yourName')}
            placeholder={t('nameHint')}
            autoComplete="name"
            value={name}
            onChange={setName}
            maxLength={longestName}
            isRequired
            testId="join-name"
          />
          {needsPassword && (
            <Text
              label={t('moderation:password')}
              type="password"
              autoComplete="off"
              value={password}
              onChange={setPassword}
              maxLength={128}
              isRequired
              inputRef={passwordField}
              {...(asked && { 'aria-describedby': refusalId })}
              testId="join-password"
            />
          )}
          {facts.endToEndEncrypted && facts.invitation.key === undefined && (
            <Text
              label={t('encryption:key')}
              description={t('encryption:keyHelp')}
              autoComplete="off"
              value={encryptionKey}
              onChange={setEncryptionKey}
              maxLength={256}
              isRequired
              testId="join-encryption-key"
            />
          )}
          {!watching && <DeviceErrors texts={[cameraError, microphoneError]} />}
          {config.status === 'ready' && config.value.clientLocation && <JoinFrom value={from} onChange={setFrom} />}
          <Button look="primary" type="submit" wide unavailable={joining} isDisabled={!ready} data-testid="join-button">
            {t(joining ? 'joining' : watching ? 'watch' : 'joinNow')}
          </Button>
          <p className={styles.progress} role="status" data-testid="join-progress">
            {retrying && t('stillConnecting')}
          </p>
        </form>
        {!watching && (
          <section className={styles.devices} aria-label={t('settings:devices')}>
            <div className={styles.device}>
              <DeviceChoice kind="camera" device={camera} />
              <BlurCheck camera={camera} />
            </div>
            <div className={styles.device}>
              <DeviceChoice kind="microphone" device={microphone} />
              <NoiseCheck microphone={microphone} />
            </div>
            <div className={styles.device}>
              <SpeakerChoice />
            </div>
          </section>
        )}
      </main>
    </div>
  );
}

/** Codes of what nobody can change on this page. */
const lacks: ReadonlySet<string> = new Set(['UNSUPPORTED', 'ENCRYPTION_REQUIRED']);

/** What this browser would need to join, and lacks. */
function lackOf({ endToEndEncrypted }: MeetingFacts): HumanError | null {
  if (!canJoin()) return humanError(new UnsupportedError('this browser has no WebRTC'));
  return endToEndEncrypted && !canEncrypt() ? humanError(new CanopyError('ENCRYPTION_REQUIRED')) : null;
}

function asksForPassword(error: HumanError | null): boolean {
  return error?.code === 'PASSWORD_REQUIRED' || error?.code === 'PASSWORD_WRONG';
}

/** The id of a region; '' where the server finds out. */
function startingFrom(before: JoinChoices | null): string {
  if (before !== null) return before.from?.id ?? '';
  return new URLSearchParams(location.search).get('from') ?? '';
}

function DeviceErrors({ texts }: { texts: (string | null)[] }) {
  return (
    <div className={styles.deviceErrors} role="status">
      {texts.map((text) => text !== null && <p key={text}>{text}</p>)}
    </div>
  );
}
