/** Neither the camera nor the browser blurs the background, or the camera goes on blurring it. */
export class BlurRefusedError extends Error {}

/** The device has not the power to. */
export class BlurTooSlowError extends BlurRefusedError {}
