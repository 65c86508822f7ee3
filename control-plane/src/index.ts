export { readCompositorConfig, settingNames as compositorSettingNames } from './compositor/config.ts';
export { type Config, readConfig, settingNames } from './config.ts';
export { type ControlPlane, type Overrides, startControlPlane } from './context.ts';
