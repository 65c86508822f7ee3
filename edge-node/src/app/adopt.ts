import { CanopyError } from '@canopy/runtime/errors';

/**
 * Hands what was just made to its owner. The owner may have been disposed while it was being made: then it is closed at
 * once, and whoever waited for it learns that by LINK_NOT_FOUND (retryable).
 */
export function adopt(owner: DisposableStack, close: () => void): void {
  if (!owner.disposed) {
    owner.defer(close);
    return;
  }
  close();
  throw new CanopyError('LINK_NOT_FOUND');
}
