namespace DatasetAdmin.Tests.Commands;

/// <summary>Tests that hold the program against a clock while it needs every core: beside others they would measure those.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public static class AloneCollection
{
    public const string Name = "Alone";
}
