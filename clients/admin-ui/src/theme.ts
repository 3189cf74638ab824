// One visual language: ink on paper, one accent, hairlines instead of shadows.

import type { Theme } from '@mui/material';
import { deepmerge } from '@mui/utils';
import { defaultDarkTheme, defaultLightTheme, type RaThemeOptions } from 'react-admin';

const NARROW = '@media (max-width: 599.95px)';

const FLOATING = ({ theme }: { theme: Theme }) => ({
  border: `1px solid ${theme.palette.divider}`,
  boxShadow: theme.shadows[4],
});

const common: RaThemeOptions = {
  // The system's own font: nothing to load, and what people are used to.
  typography: {
    fontFamily:
      'system-ui, -apple-system, "Segoe UI", "Noto Sans", Cantarell, "Liberation Sans", Arial, sans-serif',
    fontSize: 14,
    h4: { fontSize: '1.5rem', fontWeight: 600, letterSpacing: '-0.01em' },
    h5: { fontSize: '1.375rem', fontWeight: 600, letterSpacing: '-0.01em' },
    h6: { fontSize: '1.0625rem', fontWeight: 600 },
    button: { textTransform: 'none', fontWeight: 600 },
  },
  shape: { borderRadius: 8 },
  sidebar: { width: 224, closedWidth: 52 },
  components: {
    MuiPaper: {
      defaultProps: { elevation: 0 },
      styleOverrides: { root: { backgroundImage: 'none' } },
    },
    MuiCard: { defaultProps: { variant: 'outlined' } },
    MuiAppBar: { defaultProps: { elevation: 0 } },
    // What lies over a page stands out from it.
    MuiAutocomplete: { styleOverrides: { paper: FLOATING } },
    MuiMenu: { styleOverrides: { paper: FLOATING } },
    MuiButton: { defaultProps: { disableElevation: true } },
    MuiTextField: {
      defaultProps: { variant: 'outlined', margin: 'dense', size: 'small', fullWidth: true },
    },
    MuiFormControl: {
      defaultProps: { variant: 'outlined', margin: 'dense', size: 'small', fullWidth: true },
    },
    MuiTableCell: { styleOverrides: { head: { fontWeight: 600, whiteSpace: 'nowrap' } } },
    MuiCheckbox: {
      defaultProps: {
        // A name belongs to the input itself; react-admin gives that of a row's to what is around it.
        slotProps: {
          root: { 'aria-label': undefined },
          input: (owner: Record<string, unknown>) => ({ 'aria-label': owner['aria-label'] }),
        },
      },
    },
    MuiListItemIcon: { styleOverrides: { root: { minWidth: 36 } } },
    RaMenuItemLink: {
      styleOverrides: {
        root: {
          borderRadius: 6,
          margin: '1px 8px',
          padding: '6px 8px',
          '&.RaMenuItemLink-active': { fontWeight: 600 },
        },
      },
    },
    RaListToolbar: { styleOverrides: { root: { '&&': { backgroundColor: 'transparent' } } } },
    RaTopToolbar: { styleOverrides: { root: { '&&': { backgroundColor: 'transparent' } } } },
    RaSimpleList: { styleOverrides: { root: { '& .RaSimpleList-tertiary': { opacity: 1 } } } },
    RaList: { styleOverrides: { root: { '& .RaList-main': { minWidth: 0 } } } },
    RaFilterFormInput: {
      styleOverrides: {
        root: {
          // A search that is alone in its line is as wide as what it finds.
          [NARROW]: { '& .RaFilterFormInput-spacer': { display: 'none' } },
        },
      },
    },
    RaDataTable: {
      styleOverrides: { root: { '& .RaDataTable-tableWrapper': { overflowX: 'auto' } } },
    },
    // What cannot be seen while nothing is selected cannot be reached either.
    RaBulkActionsToolbar: {
      styleOverrides: {
        root: { '& .RaBulkActionsToolbar-collapsed': { visibility: 'hidden' } },
      },
    },
    // For a toolbar that covers the page's end, which ours does not.
    RaSimpleForm: { styleOverrides: { root: { '&&': { paddingBottom: 16 } } } },
    RaSidebar: { styleOverrides: { root: { '& .RaSidebar-fixed': { paddingTop: 8 } } } },
    RaToolbar: {
      styleOverrides: {
        root: {
          backgroundColor: 'transparent',
          borderTop: '1px solid',
          '&.RaToolbar-mobileToolbar': { position: 'static' },
        },
      },
    },
  },
};

export const lightTheme: RaThemeOptions = deepmerge(deepmerge(defaultLightTheme, common), {
  palette: {
    primary: { main: '#155e75', light: '#0e7490', dark: '#164e63' },
    secondary: { main: '#164e63', light: '#155e75', dark: '#083344', contrastText: '#fff' },
    error: { main: '#b3261e' },
    warning: { main: '#8a5300' },
    success: { main: '#1b6e3c' },
    info: { main: '#155e75' },
    text: { primary: '#16232b', secondary: '#4a5a64' },
    background: { default: '#f6f8f9', paper: '#ffffff' },
    divider: '#dde4e8',
  },
  components: {
    RaToolbar: { styleOverrides: { root: { borderTopColor: '#dde4e8' } } },
    RaMenuItemLink: {
      styleOverrides: {
        root: { '&.RaMenuItemLink-active': { color: '#155e75', backgroundColor: '#e0eef2' } },
      },
    },
  },
});

export const darkTheme: RaThemeOptions = deepmerge(deepmerge(defaultDarkTheme, common), {
  palette: {
    primary: { main: '#7cc7dc', light: '#a5dcea', dark: '#4fa8c0' },
    secondary: { main: '#13252d', light: '#1c3641', dark: '#0b171c', contrastText: '#e6eef1' },
    error: { main: '#ff8a80' },
    warning: { main: '#f2b45c' },
    success: { main: '#7fd19b' },
    info: { main: '#7cc7dc' },
    text: { primary: '#e6eef1', secondary: '#a3b4bd' },
    background: { default: '#0f181d', paper: '#162228' },
    divider: '#2a3a42',
  },
  components: {
    RaToolbar: { styleOverrides: { root: { borderTopColor: '#2a3a42' } } },
    RaMenuItemLink: {
      styleOverrides: {
        root: { '&.RaMenuItemLink-active': { color: '#a5dcea', backgroundColor: '#1c3641' } },
      },
    },
  },
});
