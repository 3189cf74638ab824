// Everything that the interface says in English, beside react-admin's own words.

import englishMessages from 'ra-language-english';
import { app } from './en/app';
import { failures } from './en/failures';
import { resources } from './en/resources';

export const own = { app, resources, rolecall: { errors: failures } };

export const english = {
  ...englishMessages,
  ra: {
    ...englishMessages.ra,
    auth: { ...englishMessages.ra.auth, logout: 'Sign out', user_menu: 'Your account' },
    message: {
      ...englishMessages.ra.message,
      invalid_form: 'Not saved: see the fields marked in red.',
    },
    navigation: {
      ...englishMessages.ra.navigation,
      no_filtered_results: 'Nothing matches the current filters.',
      no_results: 'Nothing found',
    },
    notification: {
      ...englishMessages.ra.notification,
      item_doesnt_exist: 'This does not exist, or not any more.',
    },
    page: { ...englishMessages.ra.page, dashboard: 'Start' },
  },
  ...own,
};
