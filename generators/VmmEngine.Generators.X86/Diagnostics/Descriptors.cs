using Microsoft.CodeAnalysis;

namespace VmmEngine.Generators.Diagnostics;

/// <summary>Everything that can be wrong with a table of operations.</summary>
internal static class Descriptors
{
    private const string Category = "VmmEngine.X86";

    public static readonly DiagnosticDescriptor MalformedRow = new(
        "X86001", "Malformed row",
        "Row '{0}' has {1} columns; it needs {2}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor UnknownInstruction = new(
        "X86002", "Unknown instruction",
        "The decoder knows no instruction '{0}'.{1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor BadShape = new(
        "X86003", "Bad shape",
        "'{0}' is no operand shape: {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor BadSize = new(
        "X86004", "Bad size",
        "'{0}' is no operand size: 8, 16, 32 and 64 are, or two of them with a colon between",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor BadFlags = new(
        "X86005", "Bad flags",
        "'{0}' says nothing about flags: {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor UnknownRule = new(
        "X86006", "Unknown rule",
        "Unknown rule '{0}'.{1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor BadSemantics = new(
        "X86007", "Bad semantics",
        "{0}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor UnknownMethod = new(
        "X86008", "Unknown method",
        "There is no static method '{0}' in this project's namespace VmmEngine.SoftX86",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor WrongSignature = new(
        "X86009", "Wrong method signature",
        "'{0}' must be {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor DuplicateForm = new(
        "X86010", "Duplicate form",
        "Another row gives {0} already",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor UnknownPair = new(
        "X86011", "Pair of an unknown operation",
        "No row with semantics of its own gives {0}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor BadCondition = new(
        "X86012", "Condition of a pair",
        "'{0}' cannot be told from what {1} leaves",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly IReadOnlyList<DiagnosticDescriptor> All =
    [
        MalformedRow, UnknownInstruction, BadShape, BadSize, BadFlags, UnknownRule, BadSemantics, UnknownMethod, WrongSignature, DuplicateForm,
        UnknownPair, BadCondition,
    ];

    private static readonly Dictionary<string, DiagnosticDescriptor> Index = All.ToDictionary(descriptor => descriptor.Id);

    public static DiagnosticDescriptor ById(string id) => Index[id];
}
