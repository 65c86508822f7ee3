import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Loading } from '../design/loading.tsx';
import { Page } from '../design/page.tsx';
import { api as everybodys } from '../lib/api.ts';
import { ApiContext } from '../lib/api-context.ts';
import { useConfig } from '../lib/config.tsx';
import { Console } from './console.tsx';
import { KeyForm } from './key-form.tsx';
import { useOperator } from './operator.ts';
import styles from './operators.module.css';

/** `/operators`: the mesh as those see it who run it. */
export default function OperatorsPage() {
  const { t } = useTranslation('operators');
  const config = useConfig();
  const { api: own, setKey } = useOperator();
  const open = config.status === 'ready' && config.value.openAccess;
  const api = own ?? (open ? everybodys : null);
  return (
    <Page
      title={t('title')}
      width="wide"
      actions={own !== null && <Button onPress={() => setKey(null)}>{t('signOut')}</Button>}
    >
      {config.status === 'loading' && api === null && <Loading />}
      {api !== null && (
        <ApiContext value={api}>
          <Console />
        </ApiContext>
      )}
      {api === null && config.status !== 'loading' && (
        <div className={styles.door}>
          <KeyForm onKey={setKey} />
        </div>
      )}
    </Page>
  );
}
