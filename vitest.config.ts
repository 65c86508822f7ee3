import { defineConfig } from 'vitest/config';

// The groups run one after the other: whole meshes need the machine to themselves. Files of a group share what they
// import, which would take longer than many of them; whoever changes something of it that others see puts that back.
const isolate = false;
/** What is waited for comes late on a busy machine; where the time is the point, a test says so. */
const poll = { timeout: 10_000 };

export default defineConfig({
  test: {
    passWithNoTests: false,
    projects: [
      {
        test: {
          isolate,
          expect: { poll },
          name: 'unit',
          include: ['*/src/**/*.test.ts', '*/src/**/*.test.tsx', 'scripts/**/*.test.ts'],
          // Properties are checked on many cases; a busy machine takes its time.
          testTimeout: 30_000,
          // Vitest would leave a core to itself: one of two.
          maxWorkers: '100%',
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          isolate,
          expect: { poll },
          name: 'integration',
          include: ['*/tests/**/*.test.ts'],
          exclude: ['local-mesh/tests/**', '**/node_modules/**'],
          globalSetup: ['local-mesh/src/testing/global-services.ts'],
          // No test is about time: this ends what hangs, on a busy machine as well.
          testTimeout: 90_000,
          hookTimeout: 90_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          isolate,
          expect: { poll },
          name: 'mesh',
          include: ['local-mesh/tests/**/*.test.ts'],
          // Several browsers share two cores, and a host that is shared itself may be several times slower than at other times.
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
