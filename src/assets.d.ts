// Example topologies are imported as text: rolldown (moduleTypes) and vitest (a plugin) both honour this.
declare module '*.yaml' {
  const text: string;
  export default text;
}
