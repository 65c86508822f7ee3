// Runs beside a launcher and outlives it: when the launcher is gone, by SIGKILL too, it ends what the launcher started.
// The launcher's end shows as the end of standard input; the kernel closes a dead process's pipes. Lines: "+PID SIGNAL"
// when a process was started, "-PID" when it has ended. It has a session of its own, so no Ctrl-C reaches it.
// One such process covers programs of any make, on every Unix; a death signal (prctl) is Linux only, and a shared pipe
// would need the cooperation of PostgreSQL, Redis and NATS.
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, signalGroup, signalProcess } from './signals.ts';

const graceMs = 5_000;
const watched = new Map<number, NodeJS.Signals>();

for await (const line of createInterface({ input: process.stdin })) {
  const [, sign, pid, signal] = /^([+-])(\d+)(?: (SIG\w+))?$/.exec(line) ?? [];
  if (sign === '+') watched.set(Number(pid), signal as NodeJS.Signals);
  else watched.delete(Number(pid));
}

const orphans = [...watched].reverse();
for (const [pid, signal] of orphans) {
  signalProcess(pid, signal);
  signalProcess(pid, 'SIGCONT');
}
const deadline = Date.now() + graceMs;
while (orphans.some(([pid]) => isAlive(pid)) && Date.now() < deadline) await delay(50);
for (const [pid] of orphans) signalGroup(pid, 'SIGKILL');
