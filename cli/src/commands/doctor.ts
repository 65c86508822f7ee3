import type { Command } from 'commander';
import type { Finding } from '../doctor/finding.ts';
import { print } from '../output.ts';
import type { Run } from '../program.ts';
import { showLine } from '../progress.ts';

const marks = { ok: 'ok  ', skipped: '-   ', warning: 'warn', failed: 'FAIL' } as const;

/** `canopy doctor` */
export function addDoctor(program: Command, run: Run): void {
  program
    .command('doctor')
    .description('looks for what is wrong, and says what to do')
    .addHelpText(
      'after',
      '\nIt needs a key with the scopes mesh.read and meetings. On a host of the control plane, run it with the settings of the service: files are looked at, too.',
    )
    .action(
      run(async (settings) => {
        const { examine } = await import('../doctor/examine.ts');
        const { stderr } = process;
        // In a log the findings are enough.
        const shown = !settings.json && stderr.isTTY;
        const findings = await examine(settings, shown ? (line) => showLine(stderr, line) : undefined);
        if (shown) showLine(stderr, '');
        print(settings.json, findings, () => findings.map(inWords).join('\n'));
        if (findings.some(({ status }) => status === 'failed')) process.exitCode = 1;
      }),
    );
}

function inWords(finding: Finding): string {
  const line = `${marks[finding.status]}  ${finding.check}: ${finding.text}`;
  return 'advice' in finding ? `${line}\n      → ${finding.advice}` : line;
}
