"""What Drover remembers: services, offers, bookings, plans, events."""
