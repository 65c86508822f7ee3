import type { Api, ListedMeeting, MeetingInfo, MeetingPlan, PlanLink } from '@canopy/client/api';
import { type Command, Option } from 'commander';

import { explain } from '../decision.ts';
import { UsageError } from '../failure.ts';
import { bitrate, clean, milliseconds, print, table } from '../output.ts';
import { personId } from '../person.ts';
import type { Run } from '../program.ts';

interface Listing {
  status: MeetingInfo['status'];
  inhabited?: boolean;
}

/** All pages there are. */
async function allMeetings(api: Api, { status, inhabited = false }: Listing): Promise<ListedMeeting[]> {
  const found: ListedMeeting[] = [];
  let cursor: string | undefined;
  do {
    const page = await api.listMeetings({ status, inhabited, limit: 100, cursor });
    found.push(...page.meetings);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

/** `canopy meetings …` */
export function addMeetings(program: Command, run: Run): void {
  const meetings = program.command('meetings').description('meetings and how they travel');
  const status = new Option('--status <status>', 'which').choices(['scheduled', 'live', 'ended']).default('live');
  meetings
    .command('list')
    .description('meetings, the newest first')
    .addOption(status)
    .option('--inhabited', 'only those that somebody is in')
    .action(
      run(async ({ api, json }, listing: Listing) => {
        const found = await allMeetings(api, listing);
        print(json, found, () =>
          table(
            ['MEETING', 'MODE', 'PEOPLE', 'EDGES', 'CREATED', 'TITLE'],
            found.map(({ id, mode, edges, createdAt, title }) => [
              id,
              mode,
              edges.reduce((sum, { participants }) => sum + participants, 0),
              edges.length,
              createdAt,
              title,
            ]),
          ),
        );
      }),
    );
  meetings
    .command('show <meeting>')
    .description('who is in a meeting, and on which edge')
    .action(
      run(async ({ api, json }, id: string) => {
        const [meeting, { participants, attendeeCount }] = await Promise.all([
          api.getMeeting(id),
          api.operators.participants(id),
        ]);
        print(json, { ...meeting, participants, attendeeCount }, () => {
          const rows = participants.map(({ id: who, role, edge, connected, name }) => [
            who,
            role,
            edge.id,
            connected ? 'yes' : 'no',
            name,
          ]);
          const head = `${clean(meeting.title) || 'Untitled'}: ${meeting.mode}, ${meeting.status}, ${attendeeCount} attendees`;
          return `${head}\n\n${table(['PARTICIPANT', 'ROLE', 'EDGE', 'CONNECTED', 'NAME'], rows)}`;
        });
      }),
    );
  meetings
    .command('explain <meeting> [participant]')
    .description('why a participant, by id or name, is on an edge, or why tracks travel as they do')
    .action(
      run(async ({ api, json }, id: string, participant: string | undefined) => {
        await (participant === undefined ? explainPlan(api, json, id) : explainPlacement(api, json, id, participant));
      }),
    );
  meetings
    .command('warm <meeting>')
    .description('prepares edges for an audience that is expected')
    .requiredOption('--audience <region=viewers...>', 'viewers by region, such as eu-central-1=500')
    .action(
      run(async ({ api, json }, id: string, { audience }: { audience: string[] }) => {
        const warmed = await api.operators.warm(id, Object.fromEntries(audience.map(viewers)));
        print(json, warmed, () => {
          const short = Object.entries(warmed.short).map(
            ([region, count]) => `\nNo room for ${count} viewers in ${region}.`,
          );
          return `Prepared until ${warmed.until}: ${warmed.edges.join(', ') || 'no edge'}.${short.join('')}`;
        });
      }),
    );
  meetings
    .command('end <meeting>')
    .description('ends a meeting for everybody')
    .action(
      run(async ({ api, json }, id: string) => {
        const ended = await api.endMeeting(id);
        print(json, ended, () => `${id} has ended.`);
      }),
    );
}

async function explainPlacement(api: Api, json: boolean, meetingId: string, who: string): Promise<void> {
  const participantId = await personId(api.operators, meetingId, who);
  const placement = await api.operators.placement(meetingId, participantId);
  print(json, placement, () => {
    const { moved, at, decision } = placement;
    const before = moved === null ? '' : `Moved there from ${moved.fromEdgeId}: ${moved.because}.\n`;
    return `${before}Placed ${at} on ${explain(decision)}`;
  });
}

async function explainPlan(api: Api, json: boolean, meetingId: string): Promise<void> {
  const plan = await api.getPlan(meetingId);
  print(json, plan, () => planTable(plan));
}

/** Each edge of each cascade, with what crosses the link from its parent, and that from its backup parent. */
export function planTable({ epoch, cascades }: MeetingPlan): string {
  const rows = cascades.flatMap(({ originEdgeId, nodes }) =>
    nodes.map(({ edgeId, parentId, backupParentId, reason, latencyMs, shortestMs, demand, link, backupLink }) => [
      originEdgeId,
      edgeId,
      parentId,
      backupParentId ?? '',
      reason,
      milliseconds(latencyMs),
      milliseconds(shortestMs),
      demand,
      carried(link),
      carried(backupLink),
    ]),
  );
  if (rows.length === 0) return 'Everybody is on the same edge: nothing travels.';
  const titles = [
    'FROM',
    'TO',
    'PARENT',
    'BACKUP',
    'BECAUSE',
    'LATENCY',
    'AT BEST',
    'PEOPLE',
    'BITRATE',
    'OVER BACKUP',
  ];
  return `Plan ${epoch}\n\n${table(titles, rows)}`;
}

/** Nothing while nothing crosses it. */
function carried(link: PlanLink | null | undefined): string {
  return link ? bitrate(link.bitrateBps) : '';
}

function viewers(text: string): [region: string, count: number] {
  const [, region, count] = /^([a-z][a-z0-9-]*)=(\d+)$/.exec(text) ?? [];
  if (region === undefined) throw new UsageError(`"${text}" is not like eu-central-1=500.`);
  return [region, Number(count)];
}
