import { Button, type ButtonProps } from '@mui/material';
import { useTranslate } from 'react-admin';

/** A button that says what it does on screens of every width; react-admin's own keep only their icons on narrow ones. */
export function TextButton({ label, ...props }: Omit<ButtonProps, 'children'> & { label: string }) {
  const translate = useTranslate();
  return <Button {...props}>{translate(label)}</Button>;
}
