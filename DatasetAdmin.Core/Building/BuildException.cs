namespace DatasetAdmin.Core.Building;

/// <summary>A build can't go on until somebody changes something; the message says what.</summary>
public sealed class BuildException(string message) : Exception(message);
