import { Typography } from '@mui/material';
import { Title, useTranslate } from 'react-admin';

/** What stands in the place of a page that the viewer may not open. */
export function AccessDenied() {
  return <NoPage title="ra.page.access_denied" text="ra.message.access_denied" />;
}

/** What stands in the place of a page that there is not. */
export function NotFound() {
  return <NoPage title="ra.page.not_found" text="ra.message.not_found" />;
}

function NoPage({ title, text }: { title: string; text: string }) {
  const translate = useTranslate();
  return (
    <>
      <Title title={title} preferenceKey={false} />
      <Typography>{translate(text)}</Typography>
    </>
  );
}
