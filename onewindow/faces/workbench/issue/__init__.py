"""The issue desk (出件窗口): hand-over of what has been produced or denied."""
