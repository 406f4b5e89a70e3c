"""The pages and parts that show and change activities and notes."""
