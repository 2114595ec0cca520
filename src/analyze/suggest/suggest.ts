/** Suggestions: changes that were made to a copy of the topology and walked. What does not help is not told. */
import type { Answer } from '../../report/report.ts';
import type { SuggestionFact } from '../../report/suggestion.ts';
import { branchesOf, type Branch } from '../branches.ts';
import { foldTrace, type TraceContext } from '../fold-trace.ts';
import type { Question, Trace } from '../trace.ts';
import { candidatesFor } from './candidates.ts';
import {
  failureOf,
  settingText,
  type Candidate,
  type Failure,
  type Setting,
  type Source,
} from './failure.ts';

/** A topology, its document, and the same as settings change them. */
export interface Draft extends Source {
  /** With these settings on top; undefined when that is wrong. */
  readonly changed: (settings: readonly Setting[]) => Draft | undefined;
}

/** Changes that are made together at most. */
const MOST_CHANGES = 3;
const MOST_SUGGESTIONS = 3;
/** Changes that are tried at most, and nodes that are read for that: a large topology is not read so often. */
const MOST_TRIES = 32;
const MOST_NODES_READ = 20_000;
/** Branches that are walked of each. */
const MOST_BRANCHES = 64;

/** Changes made so far, and what they lead to. */
interface Attempt {
  readonly made: readonly Candidate[];
  readonly failure: Failure;
}

/**
 * The smallest sets of changes that let the flow arrive in every branch that a hash may choose, and by the same stateful
 * devices both ways. Larger sets are tried only while smaller ones do not help.
 */
export function suggestionsFor(question: Question, draft: Draft): readonly SuggestionFact[] {
  const failure = walked(question, draft);
  if (!failure || 'branches' in failure) return [];
  let open: readonly Attempt[] = [{ made: [], failure }];
  let tries = Math.min(
    MOST_TRIES,
    Math.ceil(MOST_NODES_READ / Math.max(1, draft.topology.declared.nodes.size)),
  );
  const seen = new Set<string>();
  const found: SuggestionFact[] = [];
  const add = (one: SuggestionFact): void => {
    const isKnown = found.some(({ changes }) => JSON.stringify(changes) === JSON.stringify(one.changes));
    if (!isKnown) found.push(one);
  };
  for (let size = 1; size <= MOST_CHANGES; size++) {
    const next: Attempt[] = [];
    for (const { attempt, candidate } of open.flatMap((one) =>
      candidatesFor(one.failure).map((candidate) => ({ attempt: one, candidate })),
    )) {
      const made = [...attempt.made, candidate];
      const key = JSON.stringify(made.map(({ settings, packet }) => [settings, packet]));
      if (seen.has(key)) continue;
      seen.add(key);
      if (tries-- <= 0 || found.length === MOST_SUGGESTIONS) return found;
      const outcome = changedBy(made, question, draft);
      if (!outcome) continue;
      if ('branches' in outcome) add(withoutIdle(made, outcome, question, draft));
      else if (isElsewhere(outcome, attempt.failure)) next.push({ made, failure: outcome });
    }
    if (found.length > 0) break;
    open = next;
  }
  return found;
}

/** What changes earlier ones made for nothing, since a later one leads elsewhere, is left out. */
function withoutIdle(
  made: readonly Candidate[],
  arrived: Arrived,
  question: Question,
  draft: Draft,
): SuggestionFact {
  for (const [i, { settings }] of made.entries()) {
    const rest = made.toSpliced(i, 1);
    const isBuiltOn = rest.some((one) =>
      one.settings.some(({ pointer }) => settings.some((own) => own.pointer === pointer)),
    );
    const outcome = rest.length === 0 || isBuiltOn ? undefined : changedBy(rest, question, draft);
    if (outcome && 'branches' in outcome) return withoutIdle(rest, outcome, question, draft);
  }
  const set = made.flatMap(({ settings }) => settings.map(settingText));
  return { changes: made.map(({ change }) => change), set, ...arrived };
}

const CONTEXT: TraceContext = { topology: { name: '', file: '' }, locate: () => undefined };

type Arrived = Pick<SuggestionFact, 'verdict' | 'branches'>;
type Outcome = Arrived | Failure | undefined;

/** What the question comes to with the changes; undefined when they cannot be made. */
function changedBy(made: readonly Candidate[], question: Question, draft: Draft): Outcome {
  const settings = made.flatMap((one) => one.settings);
  // The first equals sign ends the path of a --set.
  if (settings.some(({ pointer }) => pointer.includes('='))) return undefined;
  const changed = draft.changed(settings);
  const packet = made.reduce<Question['packet']>((all, one) => ({ ...all, ...one.packet }), question.packet);
  return changed && walked({ ...question, packet }, changed);
}

/** How many branches arrive, if all do that hashes choose; else the first that does not, or by other devices. */
function walked(question: Question, draft: Draft): Outcome {
  const found = branchesOf(draft.topology, question, MOST_BRANCHES);
  if ('problem' in found || found.isCut) return undefined;
  const branches = found.branches.filter((branch, i) => i === 0 || isByHash(branch));
  const isOutside = draft.topology.owners(question.packet.dst).length === 0;
  let verdict: SuggestionFact['verdict'] = 'delivered';
  for (const { trace } of branches) {
    const report = foldTrace(trace, CONTEXT);
    const isWell = hasArrived(report, trace, isOutside) && report.symmetric !== false;
    if (!isWell) return failureOf(trace, report, draft);
    if (report.verdict !== 'delivered') verdict = 'left';
  }
  return { verdict, branches: branches.length };
}

/** Delivered, or on its way to somebody outside of the model, whose answer, if one was walked, came home. */
const hasArrived = ({ verdict, walks }: Answer, { home }: Trace, isOutside: boolean): boolean =>
  verdict === 'delivered' ||
  walks.every(
    (walk) =>
      walk.direction === 'follow-up' ||
      walk.verdict === 'delivered' ||
      (walk.verdict === 'left' && (walk.direction === 'forward' ? isOutside : walk.note === home)),
  );

const isByHash = ({ turns }: Branch): boolean => turns.every(({ share }) => share !== undefined);

/** A packet ended somewhere else, or for something else: a step forward, perhaps. */
const isElsewhere = (now: Failure, before: Failure): boolean =>
  now.reason !== before.reason ||
  now.at !== before.at ||
  now.direction !== before.direction ||
  now.stay.place.node !== before.stay.place.node;
