/** ACCEPT, DROP, RETURN: the verdicts that need no module. */
import type { TargetSpec } from '../extension.ts';

export const accept: TargetSpec = { options: {}, build: () => ({ do: 'accept', name: 'ACCEPT' }) };

export const drop: TargetSpec = {
  options: {},
  build: (_, draft) => {
    if (draft.table === 'nat')
      draft.refuse('The nat table is not for filtering: DROP is refused there', 'a rule in the filter table');
    return { do: 'drop', name: 'DROP' };
  },
};

export const leave: TargetSpec = { options: {}, build: () => ({ do: 'return', name: 'RETURN' }) };
