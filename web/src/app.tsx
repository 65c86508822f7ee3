import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './design/button.tsx';
import { ErrorBoundary } from './design/error-boundary.tsx';
import { ErrorPage } from './design/error-page.tsx';
import { Message } from './design/message.tsx';
import { HomePage } from './home/home-page.tsx';
import { ConfigProvider } from './lib/config.tsx';
import { humanErrorOf } from './lib/error-texts.ts';
import { usePage } from './lib/router.ts';

const AccountPage = lazy(() => import('./account/account-page.tsx'));
const CalendarPage = lazy(() => import('./calendar/calendar-page.tsx'));
const MeetingPage = lazy(() => import('./meeting/meeting-page.tsx'));
const MeshPage = lazy(() => import('./mesh/mesh-page.tsx'));
const OperatorsPage = lazy(() => import('./operators/operators-page.tsx'));
const OwnRecordingsPage = lazy(() => import('./recording/own-recordings-page.tsx'));
const RecordingsPage = lazy(() => import('./recording/recordings-page.tsx'));
const ResetPage = lazy(() => import('./account/reset-page.tsx'));
const RoomPage = lazy(() => import('./account/room-page.tsx'));
const SchedulePage = lazy(() => import('./calendar/schedule-page.tsx'));

export function App() {
  const { t } = useTranslation();
  return (
    <ErrorBoundary fallback={<Broken />}>
      <ConfigProvider>
        <Suspense fallback={<Message title={t('loading')} />}>
          <CurrentPage />
        </Suspense>
      </ConfigProvider>
    </ErrorBoundary>
  );
}

/** Also where a part of the app can't be loaded, such as after another version of it was installed. */
function Broken() {
  const { t } = useTranslation();
  const { title, advice, code } = humanErrorOf('INTERNAL');
  return (
    <Message title={title} text={advice} errorCode={code}>
      <Button look="primary" onPress={() => location.reload()}>
        {t('reload')}
      </Button>
    </Message>
  );
}

function CurrentPage() {
  const page = usePage();
  switch (page.name) {
    case 'home':
      return <HomePage />;
    case 'meeting':
      return <MeetingPage key={page.meetingId} meetingId={page.meetingId} />;
    case 'recordings':
      return <RecordingsPage meetingId={page.meetingId} />;
    case 'own-recordings':
      return <OwnRecordingsPage />;
    case 'mesh':
      return <MeshPage />;
    case 'operators':
      return <OperatorsPage />;
    case 'calendar':
      return <CalendarPage />;
    case 'schedule':
      return <SchedulePage scheduleId={page.scheduleId} />;
    case 'account':
      return <AccountPage />;
    case 'reset':
      return <ResetPage />;
    case 'room':
      return <RoomPage handle={page.handle} />;
    case 'unknown':
      return <ErrorPage error={humanErrorOf('NOT_FOUND')} />;
  }
}
