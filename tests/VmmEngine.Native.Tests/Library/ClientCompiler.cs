using System.Collections.Concurrent;
using VmmEngine.Native.Tests.Programs;
using VmmEngine.Tests.Shared;

namespace VmmEngine.Native.Tests.Library;

/// <summary>Compiles clients against an installed library, each form of each once.</summary>
internal sealed class ClientCompiler(string prefix, string directory)
{
    private static readonly string[] Strict = ["-std=gnu11", "-D_GNU_SOURCE", "-O1", "-g", "-Wall", "-Wextra", "-Werror", "-pthread"];
    private static readonly string[] Sanitizers = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"];

    private readonly ConcurrentDictionary<(string Client, Access Access, bool IsSanitized), Lazy<Task<string>>> _programs = new();

    private string[] Linking => ["-DCLIENT_LINKED", $"-L{prefix}/lib", $"-Wl,-rpath,{prefix}/lib", "-lvmmengine"];

    /// <summary>The program of a client.</summary>
    /// <param name="client">A name of <see cref="ClientSources"/>.</param>
    /// <param name="access">How it reaches the engine, which decides what its calls are compiled to.</param>
    /// <param name="isSanitized">With the address and the undefined-behaviour sanitizer.</param>
    public Task<string> GetAsync(string client, Access access, bool isSanitized) => _programs.GetOrAdd(
        (client, access, isSanitized),
        key => new Lazy<Task<string>>(() => CompileAsync(key.Client, key.Access, key.IsSanitized))).Value;

    /// <summary>Compiles one file that uses nothing but the installed headers.</summary>
    public Task<string> CompileAloneAsync(string source) => CompileAsync(Path.GetFileNameWithoutExtension(source), source, []);

    private Task<string> CompileAsync(string client, Access access, bool isSanitized) => CompileAsync(
        $"{client.Replace('/', '-')}-{access}{(isSanitized ? "-sanitized" : "")}".ToLowerInvariant(),
        ClientSources.PathOf(client),
        [
            .. ClientSources.DefinesOf(client),
            $"-I{Path.Combine(ClientSources.Folder, "shared")}",
            .. isSanitized ? Sanitizers : [],
            .. access == Access.Linked ? Linking : [],
        ]);

    private async Task<string> CompileAsync(string name, string source, string[] options)
    {
        string program = Path.Combine(directory, name);
        CommandResult result = await DotnetCommand.TryRunAsync(
            directory, Toolchain.Compiler, [.. Strict, "-o", program, source, $"-I{prefix}/include", .. options]);
        Assert.True(result.ExitCode == 0, result.Output);
        return program;
    }
}
