/** What getUserMedia may reject with (https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia), for people. */
export function deviceErrorText(device: 'camera' | 'microphone', error: unknown): string {
  const name = error instanceof DOMException ? error.name : '';
  switch (name) {
    case 'NotAllowedError':
      return `Your browser blocks the ${device}. Allow it in the address bar, then switch it on again.`;
    case 'NotFoundError':
    case 'OverconstrainedError':
      return `No ${device} was found.`;
    case 'NotReadableError':
    case 'AbortError':
      return `Another program is using the ${device}.`;
    default:
      return `The ${device} could not be started.`;
  }
}
