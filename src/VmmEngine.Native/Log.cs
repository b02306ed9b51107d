using System.Text;

namespace VmmEngine.Native;

/// <summary>How bad a log line is; vmmengine.h has the same numbers.</summary>
internal enum LogSeverity
{
    /// <summary>A bug of the library's.</summary>
    Error,

    /// <summary>Something does not work here.</summary>
    Warning,

    /// <summary>A choice made.</summary>
    Information,
}

/// <summary>The library's log: lines for the client's function, for the standard error stream, or for nobody. Any thread.</summary>
internal static unsafe class Log
{
    private const int ENOMEM = 12;
    private const int EIO = 5;
    private const int StandardError = 2;

    /// <summary>Lines kept for a client that asks later.</summary>
    private const int LinesKept = 16;

    private static readonly Lock Lines = new();
    private static readonly Queue<(LogSeverity Severity, string Line)> Kept = new();
    private static delegate* unmanaged<void*, int, byte*, void> _function;
    private static void* _context;

    /// <summary>Whether lines go to the standard error stream as well.</summary>
    public static bool ToStandardError { get; set; }

    /// <summary>Sends lines to a function from now on, after the errors and warnings so far; null for to nobody.</summary>
    public static void SendTo(delegate* unmanaged<void*, int, byte*, void> function, void* context)
    {
        lock (Lines)
        {
            _function = function;
            _context = context;
            while (function != null && Kept.TryDequeue(out (LogSeverity Severity, string Line) kept))
            {
                Send(kept.Severity, kept.Line);
            }
        }
    }

    /// <summary>Writes a line.</summary>
    public static void Write(LogSeverity severity, string line)
    {
        lock (Lines)
        {
            if (ToStandardError)
            {
                byte[] bytes = Encoding.UTF8.GetBytes($"vmmengine: {line}\n");
                fixed (byte* text = bytes)
                {
                    _ = LibC.Write(StandardError, text, (nuint)bytes.Length);
                }
            }

            if (_function != null)
            {
                Send(severity, line);
            }
            else if (severity != LogSeverity.Information && Kept.Count < LinesKept)
            {
                Kept.Enqueue((severity, line));
            }
        }
    }

    /// <summary>Logs an exception that nobody expected, and says what the call answers.</summary>
    /// <returns>ENOMEM if memory was short; else EIO.</returns>
    public static int Bug(Exception problem)
    {
        if (problem is OutOfMemoryException)
        {
            return ENOMEM;
        }

        try
        {
            Write(LogSeverity.Error, problem.ToString().ReplaceLineEndings(" "));
        }
        catch (OutOfMemoryException)
        {
            // Then without a line: the answer matters more.
        }

        return EIO;
    }

    private static void Send(LogSeverity severity, string line)
    {
        fixed (byte* text = Encoding.UTF8.GetBytes(line + '\0'))
        {
            _function(_context, (int)severity, text);
        }
    }
}
