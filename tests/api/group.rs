//! Groups.

use serde_json::json;

use crate::api_tests;

api_tests! {
    async fn a_group_is_made_with_its_roles(app) {
        let admin = app.admin();
        let role = admin.create_role("Editors", &["cms/page/edit"]).await;
        let answer = admin.run(
            "mutation($input: CreateGroupInput!) {
                createGroup(input: $input) {
                    group { title description roles { name } userCount isProtected version }
                    groupEdge { node { title } }
                    userErrors { message code path }
                    clientMutationId
                }
            }",
            json!({ "input": {
                "title": "  Web team ",
                "description": "Who keeps the site",
                "roleIds": [role],
                "clientMutationId": "1",
            } }),
        ).await;
        assert_eq!(
            answer,
            json!({ "data": { "createGroup": {
                "group": {
                    "title": "Web team",
                    "description": "Who keeps the site",
                    "roles": [{ "name": "Editors" }],
                    "userCount": 0,
                    "isProtected": false,
                    "version": 1,
                },
                "groupEdge": { "node": { "title": "Web team" } },
                "userErrors": [],
                "clientMutationId": "1",
            } } })
        );
    }
}
