import { useTranslation } from 'react-i18next';
import { useCopied } from '../lib/use-copied.ts';
import { Button } from './button.tsx';

export interface CopyButtonProps {
  /** What it copies. */
  text: string;
  /** What it says. */
  label: string;
  /** Says more, where there are several. */
  spoken?: string;
  'data-testid'?: string;
  'data-link'?: string;
}

/** Copies something, and says so. */
export function CopyButton({ text, label, spoken, ...props }: CopyButtonProps) {
  const { t } = useTranslation();
  const [copied, copy] = useCopied();
  const news = { no: '', yes: t('copied'), refused: t('copyRefused') }[copied];
  return (
    <>
      <Button {...props} aria-label={news === '' ? (spoken ?? label) : news} onPress={() => copy(text)}>
        {news === '' ? label : news}
      </Button>
      <span className="visually-hidden" role="status">
        {news}
      </span>
    </>
  );
}
