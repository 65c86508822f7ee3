/** Opens a device. Rejects with getUserMedia's DOMException; where pages may not capture at all (no HTTPS) that is a NotAllowedError too. */
export async function capture(kind: 'camera' | 'microphone', deviceId: string | undefined): Promise<MediaStreamTrack> {
  if (!navigator.mediaDevices) throw new DOMException('media needs a secure context', 'NotAllowedError');
  const stream = await navigator.mediaDevices.getUserMedia(constraints(kind, deviceId));
  const [track] = stream.getTracks();
  if (track === undefined) throw new DOMException('no track', 'NotFoundError');
  return track;
}

function constraints(kind: 'camera' | 'microphone', deviceId: string | undefined): MediaStreamConstraints {
  const device = deviceId === undefined ? {} : { deviceId: { exact: deviceId } };
  if (kind === 'microphone') {
    return { audio: { ...device, echoCancellation: true, noiseSuppression: true, autoGainControl: true } };
  }
  return { video: { ...device, width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } } };
}

const types = { camera: 'videoinput', microphone: 'audioinput', speaker: 'audiooutput' } as const;

/** Cameras, microphones or speakers, with names once the person has allowed one of them. */
export async function listDevices(kind: keyof typeof types): Promise<MediaDeviceInfo[]> {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return devices.filter((device) => device.kind === types[kind] && device.deviceId !== '');
}
