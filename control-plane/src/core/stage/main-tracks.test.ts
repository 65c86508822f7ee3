import { TrackKind, TrackSource } from '@canopy/proto/media';
import { type Participant, Role, type Track } from '@canopy/proto/signal';
import { expect, it } from 'vitest';
import { mainTracks, type StageView } from './main-tracks.ts';

const person = (id: string, more: Partial<Participant> = {}): Participant => ({
  id,
  name: id,
  role: Role.PANELIST,
  edgeId: 'europe',
  region: 'eu-central-1',
  connected: true,
  ...more,
});
const track = (participantId: string, source: TrackSource, muted = false): Track => ({
  id: `${participantId}-${source}`,
  participantId,
  kind: source === TrackSource.CAMERA || source === TrackSource.SCREEN ? TrackKind.VIDEO : TrackKind.AUDIO,
  source,
  muted,
  originEdgeId: 'europe',
});
const [camera, microphone, screen] = [TrackSource.CAMERA, TrackSource.MICROPHONE, TrackSource.SCREEN];
const tracks = ['ada', 'ben', 'eve'].flatMap((id) => [track(id, microphone), track(id, camera)]);
const participants = ['ada', 'ben', 'eve'].map((id) => person(id));
const bensVoice = track('ben', microphone);

const shownOf = (view: Partial<StageView>) =>
  mainTracks({
    tracks,
    participants,
    speaker: undefined,
    onlyParticipantId: undefined,
    shown: new Set(),
    ...view,
  }).map(({ trackId }) => trackId);
const idOf = (participantId: string, source: TrackSource) => track(participantId, source).id;

it('shows and plays whoever speaks', () => {
  expect(shownOf({ speaker: bensVoice })).toEqual([bensVoice.id, idOf('ben', camera)]);
});

it('begins with the first camera and its voice, and stays with what it shows while nobody speaks', () => {
  expect(shownOf({})).toEqual([idOf('ada', microphone), idOf('ada', camera)]);
  const shown = new Set([idOf('eve', microphone), idOf('eve', camera)]);
  expect(shownOf({ shown })).toEqual([idOf('eve', microphone), idOf('eve', camera)]);
});

it('shows a shared screen before the spotlight, and that before the speaker', () => {
  const spotlit = [person('ada'), person('ben'), person('eve', { spotlight: true })];
  expect(shownOf({ participants: spotlit, speaker: bensVoice })[1]).toBe(idOf('eve', camera));
  const sharing = [...tracks, track('ada', screen)];
  expect(shownOf({ tracks: sharing, participants: spotlit, speaker: bensVoice })).toEqual([
    bensVoice.id,
    idOf('ada', screen),
  ]);
});

it('plays what a screen sounds like while that is heard, and on in silence, and a voice when that is', () => {
  const sound = track('ada', TrackSource.SCREEN_AUDIO);
  const sharing = [...tracks, track('ada', screen), sound];
  expect(shownOf({ tracks: sharing })[0]).toBe(idOf('ada', microphone));
  expect(shownOf({ tracks: sharing, speaker: sound })).toEqual([sound.id, idOf('ada', screen)]);
  expect(shownOf({ tracks: sharing, shown: new Set([sound.id]) })[0]).toBe(sound.id);
  expect(shownOf({ tracks: sharing, speaker: bensVoice, shown: new Set([sound.id]) })[0]).toBe(bensVoice.id);
});

it('shows nothing muted, and of one participant alone if that is asked', () => {
  const muted = [...tracks.slice(2), track('ada', microphone, true), track('ada', camera, true)];
  expect(shownOf({ tracks: muted, onlyParticipantId: 'ada' })).toEqual([]);
  expect(shownOf({ speaker: bensVoice, onlyParticipantId: 'eve' })).toEqual([
    idOf('eve', microphone),
    idOf('eve', camera),
  ]);
});

it('asks for as much of a video as there is, and for no size of a voice', () => {
  const view = { tracks, participants, speaker: undefined, onlyParticipantId: undefined, shown: new Set<string>() };
  expect(mainTracks(view).map(({ width, height }) => [width, height])).toEqual([
    [0, 0],
    [1_920, 1_080],
  ]);
});
