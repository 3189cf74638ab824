import { type Theme, useMediaQuery } from '@mui/material';

/** Whether there is room for one column alone. */
export const useNarrow = () => useMediaQuery<Theme>(theme => theme.breakpoints.down('sm'));
