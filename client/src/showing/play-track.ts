/**
 * Makes a media element play this track. One that it plays already makes way without a gap: the element keeps its stream and with it the last picture, while a new stream would begin with nothing. So when a track comes another way, its element goes on.
 */
export function playTrack(element: HTMLMediaElement, track: MediaStreamTrack): void {
  const { srcObject } = element;
  if (!(srcObject instanceof MediaStream)) {
    element.srcObject = new MediaStream([track]);
    return;
  }
  const before = srcObject.getTracks();
  srcObject.addTrack(track);
  for (const each of before) if (each !== track) srcObject.removeTrack(each);
}
