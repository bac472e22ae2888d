"""The gradebook: grades a class by calling the C side, keeps the records, reports.

Python carries things here: files into the grader, records into tables and pages. Every
judgement is mdriver's, every point is score's. README.md in this folder has the map.
"""
