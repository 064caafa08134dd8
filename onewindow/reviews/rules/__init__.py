"""Pure rules of ratings, tickets and complaints."""
