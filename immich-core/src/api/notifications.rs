//! Notifications of the signed-in user.

use crate::prelude::*;

group! {
    /// Notifications of the signed-in user.
    NotificationsApi: notifications
}

endpoint! {
    /// Deletes several notifications of the signed-in user by their ids.
    DeleteNotifications = DELETE "/notifications" -> Empty;
    NotificationsApi.delete_notifications, "deleteNotifications" [permission "notification.delete"];
    body { NotificationDeleteAllDto }
}

endpoint! {
    /// Lists the notifications of the signed-in user, if wanted only those that are unread.
    GetNotifications = GET "/notifications" -> Json<Vec<NotificationDto>>;
    NotificationsApi.get_notifications, "getNotifications" [permission "notification.read"];
    optional {
        /// Only the one with this id.
        id: NotificationId = "id",
        /// Only notifications of this severity.
        level: NotificationLevel = "level",
        /// Only those of this kind.
        type_: NotificationType = "type",
        /// Only unread notifications (`true`), or only others (`false`).
        unread: bool = "unread",
    }
}

endpoint! {
    /// Sets when several notifications of the signed-in user were read; a null makes them unread again.
    UpdateNotifications = PUT "/notifications" -> Empty;
    NotificationsApi.update_notifications, "updateNotifications" [permission "notification.update"];
    body { NotificationUpdateAllDto }
}

endpoint! {
    /// Deletes one notification of the signed-in user.
    DeleteNotification = DELETE "/notifications/{id}" -> Empty;
    NotificationsApi.delete_notification, "deleteNotification" [permission "notification.delete"];
    path { id: NotificationId }
}

endpoint! {
    /// Gives one notification of the signed-in user by its id.
    GetNotification = GET "/notifications/{id}" -> Json<NotificationDto>;
    NotificationsApi.get_notification, "getNotification" [permission "notification.read"];
    path { id: NotificationId }
}

endpoint! {
    /// Sets when a notification of the signed-in user was read; a null makes it unread again.
    UpdateNotification = PUT "/notifications/{id}" -> Json<NotificationDto>;
    NotificationsApi.update_notification, "updateNotification" [permission "notification.update"];
    path { id: NotificationId }
    body { NotificationUpdateDto }
}

request! {
    /// The notifications to delete at once.
    struct NotificationDeleteAllDto {
        required_lists {
            /// The ids.
            ids: NotificationId,
        }
    }
}

request! {
    /// Several notifications to mark as read or as not read.
    struct NotificationUpdateAllDto {
        required_lists {
            /// The ids.
            ids: NotificationId,
        }
        patch {
            /// When the notification was read; null marks it as unread.
            #[serde(serialize_with = "instant")] read_at: Timestamp,
        }
    }
}

request! {
    /// Whether one notification counts as read.
    struct NotificationUpdateDto {
        patch {
            /// When it was read; null makes it new again.
            #[serde(serialize_with = "instant")] read_at: Timestamp,
        }
    }
}
