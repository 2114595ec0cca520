// The house rules as data: which folder of src/ may see which, and why not the others.

export const FOLDERS = [
  'value',
  'packet',
  'source',
  'walk',
  'mechanism',
  'kinds',
  'topology',
  'report',
  'analyze',
  'render',
  'cli',
] as const;

export type Folder = (typeof FOLDERS)[number];

interface Room {
  readonly sees: readonly Folder[];
  /** Why it sees no more; said for every forbidden edge that has no reason of its own. */
  readonly because: string;
  readonly except?: Partial<Record<Folder, string>>;
}

export const HOUSE: Readonly<Record<Folder, Room>> = {
  value: { sees: [], because: 'a value knows no protocol, no document and no device' },
  packet: {
    sees: ['value'],
    because: 'headers are fields and bytes; they do not know who carries them or why',
    except: {
      source: 'a header is not read from the topology file; a kind reads the file and builds headers',
    },
  },
  source: {
    sees: ['value'],
    because: 'a document is text with positions; what its keys mean is for the kinds',
  },
  walk: {
    sees: ['value', 'packet'],
    because: 'the heart steps any device by its contract and must not know which devices exist',
    except: {
      source: 'events carry cites, not documents; positions are computed late',
      report: 'a walk yields events; reports are folds over them',
      cli: 'only the command line exits, prints and reads files',
    },
  },
  mechanism: {
    sees: ['value', 'packet', 'walk'],
    because: 'what devices share must not depend on one device',
    except: {
      kinds: 'a mechanism that knows its user cannot be shared; let the kind pass in what differs',
      source: 'a mechanism gets values and cites; reading the file is the work of the kinds',
    },
  },
  kinds: {
    sees: ['value', 'packet', 'source', 'walk', 'mechanism'],
    because: 'a kind is its schema, its reading and its behaviour, and nothing that is built from all kinds',
    except: {
      topology: 'control comes after: topology programs the tables, a kind only acts on them',
      report: 'a kind emits events; wording and JSON are made from events',
    },
  },
  topology: {
    sees: ['value', 'packet', 'source', 'walk', 'mechanism', 'kinds'],
    because: 'the network is built before any question is asked of it',
  },
  report: {
    sees: ['value', 'packet', 'walk'],
    because: 'the JSON contract must be readable without knowing what a network is made of',
  },
  analyze: {
    sees: ['value', 'packet', 'walk', 'mechanism', 'kinds', 'topology', 'report'],
    because: 'a question is asked of a Network and answered by a report',
    except: {
      source: 'a question is asked of the Network; its cites already point into the document',
      render: 'an answer is a report; how it looks is chosen by the command line',
    },
  },
  render: {
    sees: ['value', 'packet', 'report'],
    because: 'a renderer sees the report and nothing else: what the report does not say, no format may say',
  },
  cli: {
    sees: FOLDERS.filter((folder) => folder !== 'cli'),
    because: 'the command line is the top of the house',
  },
};

/** Who may import which package. The longest entry that fits decides; a package without an entry is refused. */
export const PACKAGES: Readonly<
  Record<string, { readonly users: readonly Folder[]; readonly because: string }>
> = {
  yaml: { users: ['source'], because: 'the YAML library stays replaceable behind one folder' },
  'ip-num': { users: ['value'], because: 'addresses are parsed and printed at the edge of value only' },
  valibot: { users: ['kinds', 'topology'], because: 'only the topology file is validated by a schema' },
  'cli-table3': { users: ['render'], because: 'tables are one output format among others' },
  chalk: { users: ['render', 'cli'], because: 'colour is decided by the command line and used by renderers' },
  commander: { users: ['cli'], because: 'only the command line knows its arguments' },
  'node:crypto': {
    users: ['packet', 'cli'],
    because: 'ESP is sealed and opened as its peers do it: functions of a key and octets',
  },
  'node:': { users: ['cli'], because: 'files, processes and terminals belong to the command line' },
};

/** Globals that are the outside world. */
export const OUTSIDE_WORLD: readonly string[] = ['process', 'console', 'globalThis'];

/** Who may open a term with `valueOf`: path prefixes, each with its reason. A device asks instead. */
export const TERM_READERS: Readonly<Record<string, string>> = {
  'src/value/': 'terms are made and combined here',
  'src/walk/concrete.ts': 'the interpreter of one packet',
  'src/walk/session.ts': 'the session store of that interpreter',
  'src/analyze/': 'folds turn terms into plain values',
  'src/mechanism/netfilter/address-choice.ts': 'the kernel’s own hash of addresses is a choice, not a branch',
  'src/mechanism/netfilter/near.ts': 'near misses are described after the walk',
  'src/mechanism/rule-list.ts': 'near misses are described after the walk',
};

/** A folder with one of these names collects what nobody has thought about. */
export const VAGUE_FOLDERS =
  /^(utils?|utilit(y|ies)|helpers?|commons?|shared|misc|services?|managers?|__tests__)$/i;

/** Kinds that may see another kind, each with its reason. Both are folder names under src/kinds/. */
export const NEIGHBOURS: readonly {
  readonly kind: string;
  readonly sees: string;
  readonly because: string;
}[] = [];

export const MAX_LINES = 300;
