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
            title: String,
            user_id: UserId,
        }
        optional {
            data: Value,
            level: NotificationLevel,
            type_: NotificationType,
        }
        patch {
            description: String,
            #[serde(serialize_with = "instant")] read_at: Timestamp,
        }
    }
}

request! {
    /// The text of a mail, to see what it would look like.
    struct TemplateDto {
        required {
            template: String,
        }
    }
}

response! {
    /// What a mail would look like with a given text.
    struct TemplateResponseDto {
        html: String,
        name: String,
    }
}

response! {
    /// The test mail that the server handed over to the mail server.
    struct TestEmailResponseDto {
        message_id: String,
    }
}
