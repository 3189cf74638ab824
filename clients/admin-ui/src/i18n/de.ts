// The interface in German: complete, as the type of the English says.

import type { own } from './en';
import { app } from './de/app';
import { failures } from './de/failures';
import { reactAdmin } from './de/reactAdmin';
import { resources } from './de/resources';

const ownGerman: typeof own = { app, resources, rolecall: { errors: failures } };

export const german = { ...reactAdmin, ...ownGerman };
