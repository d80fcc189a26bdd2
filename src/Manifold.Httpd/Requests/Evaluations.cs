using Manifold.Httpd.Expressions;
using Microsoft.AspNetCore.Http;

namespace Manifold.Httpd.Requests;

/// <summary>What expressions are about here: requests.</summary>
internal static class Evaluations
{
    extension(in Evaluation evaluation)
    {
        /// <summary>The request that is looked at.</summary>
        public Request Request => (Request)evaluation.Subject;

        /// <summary>A field of the request's head; empty when there is none.</summary>
        public string Header(string name, bool varies = true)
        {
            if (varies && evaluation.Varies) evaluation.Request.ResponseHeaders.Append("Vary", name);
            return evaluation.Request.Field(name) ?? "";
        }
    }
}
