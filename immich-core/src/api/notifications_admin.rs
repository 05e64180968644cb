//! Notifications and mails that an administrator sends.

use crate::prelude::*;

group! {
    /// Notifications and mails that an administrator sends.
    NotificationsAdminApi: notifications_admin
}

endpoint! {
    /// Creates a notification for the user `user_id`; administrators only.
    CreateNotification = POST "/admin/notifications" -> Json<NotificationDto>;
    NotificationsAdminApi.create_notification, "createNotification" [permission "all"];
    body { NotificationCreateDto }
}

endpoint! {
    /// Renders the mail `name` with the given template text and made-up data, as a preview; administrators only.
    GetNotificationTemplateAdmin = POST "/admin/notifications/templates/{name}" -> Json<TemplateResponseDto>;
    NotificationsAdminApi.get_notification_template_admin, "getNotificationTemplateAdmin" [permission "all"];
    path { name: String }
    body { TemplateDto }
}

endpoint! {
    /// Sends a test mail to the signed-in user with the given mail settings, which are not saved; administrators only.
    SendTestEmailAdmin = POST "/admin/notifications/test-email" -> Json<TestEmailResponseDto>;
    NotificationsAdminApi.send_test_email_admin, "sendTestEmailAdmin" [permission "all"] {sensitive: true};
    body { AdminConfigSmtpDto }
}

request! {
    /// A notification that an administrator sends to a user.
    struct NotificationCreateDto {
        required {
            /// The title, shown in bold.
            title: String,
            /// The id of the user.
            user_id: UserId,
        }
        optional {
            /// The data, whose form depends on the kind.
            data: Value,
            /// The severity.
            level: NotificationLevel,
            /// The subject of the notification.
            type_: NotificationType,
        }
        patch {
            /// The description, as free text.
            description: String,
            /// When the notification was read; null marks it as unread.
            #[serde(serialize_with = "instant")] read_at: Timestamp,
        }
    }
}

request! {
    /// The text of a mail, to see what it would look like.
    struct TemplateDto {
        required {
            /// The text of the template.
            template: String,
        }
    }
}

response! {
    /// The preview of a mail with a given text.
    struct TemplateResponseDto {
        /// The text as HTML.
        html: String,
        /// The name of the template.
        name: String,
    }
}

response! {
    /// The test mail that the server handed over to the mail server.
    struct TestEmailResponseDto {
        /// The id of the message that was sent.
        message_id: String,
    }
}
