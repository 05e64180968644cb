//! Groups of users whose faces are recognized together, and the requests to join one.

use crate::prelude::*;

group! {
    /// Groups of users whose faces are recognized together, and the requests to join one.
    ClusterGroupsApi: cluster_groups
}

endpoint! {
    /// Placeholder.
    GetClusterGroupRequests = GET "/cluster-groups/requests" -> Json<Vec<ClusterGroupRequestResponseDto>>;
    ClusterGroupsApi.get_cluster_group_requests, "getClusterGroupRequests" [since "3.3.5"];
}

endpoint! {
    /// Placeholder.
    DeleteClusterGroupRequest = DELETE "/cluster-groups/requests/{id}" -> Empty;
    ClusterGroupsApi.delete_cluster_group_request, "deleteClusterGroupRequest" [since "3.3.5"];
    path { id: Uuid }
}

endpoint! {
    /// Placeholder.
    AcceptClusterGroupRequest = POST "/cluster-groups/requests/{id}/accept" -> Empty;
    ClusterGroupsApi.accept_cluster_group_request, "acceptClusterGroupRequest" [since "3.3.5"];
    path { id: Uuid }
}

endpoint! {
    /// Placeholder.
    LeaveClusterGroup = POST "/cluster-groups/{id}/leave" -> Empty;
    ClusterGroupsApi.leave_cluster_group, "leaveClusterGroup" [since "3.3.5"];
    path { id: Uuid }
}

endpoint! {
    /// Placeholder.
    ClusterGroupRegeneratePeople = POST "/cluster-groups/{id}/regenerate-people" -> Empty;
    ClusterGroupsApi.cluster_group_regenerate_people, "clusterGroupRegeneratePeople" [since "3.3.5"];
    path { id: Uuid }
}

endpoint! {
    /// Placeholder.
    GetClusterGroupRequestsForGroup = GET "/cluster-groups/{id}/requests" -> Json<Vec<ClusterGroupRequestResponseDto>>;
    ClusterGroupsApi.get_cluster_group_requests_for_group, "getClusterGroupRequestsForGroup" [since "3.3.5"];
    path { id: Uuid }
}

endpoint! {
    /// Placeholder.
    CreateClusterGroupRequest = PUT "/cluster-groups/{id}/requests" -> Json<ClusterGroupRequestResponseDto>;
    ClusterGroupsApi.create_cluster_group_request, "createClusterGroupRequest" [since "3.3.5"];
    path { id: Uuid }
    body { ClusterGroupRequestCreateDto }
}

endpoint! {
    /// Placeholder.
    GetClusterGroupUsers = GET "/cluster-groups/{id}/users" -> Json<Vec<UserResponseDto>>;
    ClusterGroupsApi.get_cluster_group_users, "getClusterGroupUsers" [since "3.3.5"];
    path { id: Uuid }
}

request! {
    /// Placeholder.
    struct ClusterGroupRequestCreateDto {
        required {
            user_id: UserId,
        }
    }
}

response! {
    /// Placeholder.
    struct ClusterGroupRequestResponseDto {
        cluster_group_id: Uuid,
        created_at: Timestamp,
        id: Uuid,
        user_id: UserId,
    }
}
