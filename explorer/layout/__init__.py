"""Where nodes and lines are placed. Pure, but for the jobs that run large layouts."""
