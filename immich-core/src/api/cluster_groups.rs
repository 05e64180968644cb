//! Groups of users whose faces are recognized together, and the requests to join one.

use crate::prelude::*;

group! {
    /// Groups of users whose faces are recognized together, and the requests to join one.
    ClusterGroupsApi: cluster_groups
}

endpoint! {
    /// Lists the open invitations of the signed-in user into cluster groups.
    GetClusterGroupRequests = GET "/cluster-groups/requests" -> Json<Vec<ClusterGroupRequestResponseDto>>;
    ClusterGroupsApi.get_cluster_group_requests, "getClusterGroupRequests" [since "3.2.0"];
}

endpoint! {
    /// Deletes an invitation into a cluster group: the invited user declines it so, and a member withdraws it.
    DeleteClusterGroupRequest = DELETE "/cluster-groups/requests/{id}" -> Empty;
    ClusterGroupsApi.delete_cluster_group_request, "deleteClusterGroupRequest" [since "3.2.0"];
    path { id: Uuid }
}

endpoint! {
    /// Accepts an invitation that was made to the signed-in user, who leaves their present cluster group for the one of the invitation.
    AcceptClusterGroupRequest = POST "/cluster-groups/requests/{id}/accept" -> Empty;
    ClusterGroupsApi.accept_cluster_group_request, "acceptClusterGroupRequest" [since "3.2.0"];
    path { id: Uuid }
}

endpoint! {
    /// Takes the signed-in user out of a cluster group into a new one of their own; refused if nobody else is in it.
    LeaveClusterGroup = POST "/cluster-groups/{id}/leave" -> Empty;
    ClusterGroupsApi.leave_cluster_group, "leaveClusterGroup" [since "3.2.0"];
    path { id: Uuid }
}

endpoint! {
    /// Recognizes the people of a whole cluster group anew in the background, after taking all automatically found faces away from their people.
    ClusterGroupRegeneratePeople = POST "/cluster-groups/{id}/regenerate-people" -> Empty;
    ClusterGroupsApi.cluster_group_regenerate_people, "clusterGroupRegeneratePeople" [since "3.2.0"];
    path { id: Uuid }
}

endpoint! {
    /// Lists the open invitations into one cluster group.
    GetClusterGroupRequestsForGroup = GET "/cluster-groups/{id}/requests" -> Json<Vec<ClusterGroupRequestResponseDto>>;
    ClusterGroupsApi.get_cluster_group_requests_for_group, "getClusterGroupRequestsForGroup" [since "3.2.0"];
    path { id: Uuid }
}

endpoint! {
    /// Invites the user `user_id` into a cluster group of the signed-in user; an invitation that exists already is given back.
    CreateClusterGroupRequest = PUT "/cluster-groups/{id}/requests" -> Json<ClusterGroupRequestResponseDto>;
    ClusterGroupsApi.create_cluster_group_request, "createClusterGroupRequest" [since "3.2.0"];
    path { id: Uuid }
    body { ClusterGroupRequestCreateDto }
}

endpoint! {
    /// Lists the users who are in a cluster group.
    GetClusterGroupUsers = GET "/cluster-groups/{id}/users" -> Json<Vec<UserResponseDto>>;
    ClusterGroupsApi.get_cluster_group_users, "getClusterGroupUsers" [since "3.2.0"];
    path { id: Uuid }
}

request! {
    /// The user to invite into a cluster group.
    struct ClusterGroupRequestCreateDto {
        required {
            /// The id of the user.
            user_id: UserId,
        }
    }
}

response! {
    /// An invitation to a user to join a cluster group, open until it is accepted or deleted.
    struct ClusterGroupRequestResponseDto {
        /// The id of the group of users whose faces are recognized together.
        cluster_group_id: Uuid,
        /// When it was created on the server.
        #[serde(deserialize_with = "read_instant")] created_at: Timestamp,
        /// The id.
        id: Uuid,
        /// The id of the user.
        user_id: UserId,
    }
}
