import type { GroupRecord } from 'ra-data-rolecall';
import { EditPage } from '../shared/EditPage';
import { Names } from '../shared/Names';
import { DeleteGroup } from './DeleteGroup';
import { GroupForm } from './GroupForm';
import { GroupMembers } from './GroupMembers';

const FIELDS = [
  { source: 'title' },
  { source: 'description' },
  { source: 'roleIds', show: (ids: unknown) => <Names resource="roles" ids={ids as string[]} /> },
];

export function GroupEdit() {
  return (
    <EditPage<GroupRecord>
      fields={FIELDS}
      actions={<DeleteGroup />}
      below={group => <GroupMembers group={group} />}
    >
      {(_group, readOnly) => <GroupForm readOnly={readOnly} />}
    </EditPage>
  );
}
