import { errors } from '../../lib/error-texts.ts';
import { account } from './account.ts';
import { breakouts } from './breakouts.ts';
import { calendar } from './calendar.ts';
import { chat } from './chat.ts';
import { common } from './common.ts';
import { creation } from './creation.ts';
import { encryption } from './encryption.ts';
import { fields } from './fields.ts';
import { home } from './home.ts';
import { links } from './links.ts';
import { meeting } from './meeting.ts';
import { mesh } from './mesh.ts';
import { moderation } from './moderation.ts';
import { operators } from './operators.ts';
import { polls } from './polls.ts';
import { quality } from './quality.ts';
import { questions } from './questions.ts';
import { reactions } from './reactions.ts';
import { recording } from './recording.ts';
import { registration } from './registration.ts';
import { settings } from './settings.ts';
import { stage } from './stage.ts';
import { webhooks } from './webhooks.ts';

/** Every text in English, by namespace: one for each part of the app. Other languages have the same shape; the compiler checks it. */
export const en = {
  account,
  breakouts,
  calendar,
  chat,
  common,
  creation,
  encryption,
  errors,
  fields,
  home,
  links,
  meeting,
  mesh,
  moderation,
  operators,
  polls,
  quality,
  questions,
  reactions,
  recording,
  registration,
  settings,
  stage,
  webhooks,
};
