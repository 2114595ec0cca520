/** What was found, where a question has a beginning. */
import type { NoOrigin } from '../analyze/trace.ts';
import { UsageError } from './usage.ts';

export function known<T extends object>(found: T | NoOrigin): T {
  if ('problem' in found) throw new UsageError(found.problem, found.suggestion);
  return found;
}
