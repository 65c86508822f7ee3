import { AttachRequest, PullRequest } from '@canopy/proto/edge_link';
import { expect, test } from 'vitest';
import type { LinkSink } from '../src/app/ports/neighbours.ts';
import { FakePublisher, startInProcessEdge } from '../src/testing/index.ts';

const natsUrl = process.env.NATS_URL ?? '';
const meetingId = 'broken-off';

/** A child that calls nobody, and breaks off when the test says so. */
class ToySink implements LinkSink {
  breakOff = () => {};

  send(): void {}

  end(): void {}

  onClosed(listener: () => void): void {
    this.breakOff = listener;
  }
}

test('over a link whose child broke off nothing more is pulled, and what it asked for leaves nothing behind', async () => {
  await using parent = await startInProcessEdge('left-alone', natsUrl);
  await using _publisher = await FakePublisher.start({
    client: parent.client,
    meetingId,
    participantId: 'p',
    trackId: 'cam',
  });
  const { links, meetings } = parent.context.edge;
  const srtp = { cryptoSuite: 'AEAD_AES_256_GCM', keyBase64: Buffer.alloc(44).toString('base64') };
  const link = { meetingId, linkId: 'link' };
  const sink = new ToySink();
  const endpoint = { ip: '127.0.0.1', port: 9, srtp };
  await links.attach(AttachRequest.fromPartial({ ...link, childEdgeId: 'child', endpoint }), sink);
  const pull = (trackId: string, originEdgeId: string) =>
    links.pull(PullRequest.fromPartial({ ...link, trackId, originEdgeId, path: ['child'] }));
  await pull('cam', parent.id);
  sink.breakOff();
  await expect(pull('other', 'elsewhere')).rejects.toMatchObject({ code: 'LINK_NOT_FOUND' });
  expect(meetings.get(meetingId)?.tracks.size).toBe(1);
});
