using System.CodeDom.Compiler;
using System.Reflection;
using System.Text.RegularExpressions;

namespace VmmEngine.SoftX86.Tests.MachineCode;

/// <summary>A method that micro-ops call, or a bad example of one.</summary>
internal sealed partial record Handler(MethodInfo Method)
{
    /// <summary>All of the vCPU's, and <see cref="BadHandlers"/>.</summary>
    public static IReadOnlyList<Handler> All { get; } =
    [
        .. from type in typeof(MicroOp).Assembly.GetTypes().Append(typeof(BadHandlers))
           from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly)
           where method.ReturnType == typeof(void)
           where method.GetParameters() is [{ ParameterType: var cpu }, { ParameterType: var op }] && cpu == typeof(Cpu*) && op == typeof(MicroOp*)
           select new Handler(method),
    ];

    public string Type => Method.DeclaringType!.Name;

    public string Name => Method.Name;

    public bool IsGenerated => Method.DeclaringType!.GetCustomAttribute<GeneratedCodeAttribute>() is not null;

    public bool IsHot => (Method.GetMethodImplementationFlags() & MethodImplAttributes.AggressiveOptimization) != 0;

    /// <summary>
    /// What programs mostly consist of: moves, arithmetic and logic of registers and memory. Out are LOCK, of which the loop needs room, shifts by CL, and
    /// INC and DEC that pass CF on, which take decisions.
    /// </summary>
    public bool IsPlain => IsGenerated && Plain().IsMatch(Type) && !Name.Contains("Locked", StringComparison.Ordinal);

    [GeneratedRegex("^(Mov|Movzx|Movsx|Movsxd|Lea|Add|Sub|And|Or|Xor|Cmp|Test|Not)Handlers$")]
    private static partial Regex Plain();
}
