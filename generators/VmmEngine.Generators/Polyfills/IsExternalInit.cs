namespace System.Runtime.CompilerServices;

/// <summary>What the compiler looks for before it allows init accessors; netstandard2.0 has none.</summary>
internal static class IsExternalInit;
