import type { PlanCause, TakenPlace } from '@canopy/client';
import { useTranslation } from 'react-i18next';

const rules = {
  residency: 'rule.residency',
  alive: 'rule.alive',
  'not-quarantined': 'rule.notQuarantined',
  'not-draining': 'rule.notDraining',
  'below-overload': 'rule.belowOverload',
  'least-path': 'rule.leastPath',
} as const;

const reasons = {
  edge_draining: 'moved.edgeDraining',
  edge_lost: 'moved.edgeLost',
  worker_lost: 'moved.workerLost',
  load: 'moved.load',
  policy: 'moved.policy',
  unreachable: 'moved.unreachable',
} as const;

/** The names by which the API speaks of placement, in words. One that is newer than this page stays as it is. */
export function usePlacementWords() {
  const { t } = useTranslation('operators');
  return {
    rule: (name: string): string => (isKey(rules, name) ? t(rules[name]) : name),
    reason: (name: string): string => (isKey(reasons, name) ? t(reasons[name]) : name),
  };
}

/** Why a plan was made, in words. A cause that is newer than this page stays as it is. */
export function useCauseWords(): (cause: PlanCause) => string {
  const { t, i18n } = useTranslation('operators');
  return (cause) => (i18n.exists(`operators:cause.${cause}`) ? t(`cause.${cause}`) : cause);
}

/** Where somebody was taken to be, and by what, in a sentence. Whoever does not operate the mesh is not told the place. */
export function useTakenWords(): (taken: TakenPlace) => string {
  const { t } = useTranslation('operators');
  return ({ source, location, near = '' }) => {
    if (location === undefined && (source === 'client' || source === 'address')) return t(`takenBy.${source}`);
    const place = location && `${location.latitude}, ${location.longitude}`;
    return t(`taken.${source}`, { place, near });
  };
}

function isKey<T extends object>(known: T, name: string): name is Extract<keyof T, string> {
  return Object.hasOwn(known, name);
}
