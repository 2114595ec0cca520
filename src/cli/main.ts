// Entry point of the bundle; a seed until the commands are here.
import manifest from '../../package.json' with { type: 'json' };

function main(): void {
  if (process.argv.includes('--version')) process.stdout.write(`${manifest.version}\n`);
}

main();
